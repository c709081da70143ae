package files

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

// Main serves until SIGTERM. Flags: --root FOLDER or --store ADDRESS, --token-file FILE, --listen HOST:PORT; or, to be done
// before by root, --root FOLDER --prepare.
func Main(arguments []string, env store.Env, out io.Writer) error {
	flags := flag.NewFlagSet("files", flag.ContinueOnError)
	flags.SetOutput(out)
	root := flags.String("root", "", "folder with the folders of runs")
	address := flags.String("store", "", "address of a bucket: s3://…, gs://… or wasbs://…")
	tokenFile := flags.String("token-file", "", "file with the token that requests must carry")
	isToPrepare := flags.Bool("prepare", false, "let the group root write to the folder, and end")
	listen := flags.String("listen", ":8080", "host:port")
	if err := flags.Parse(arguments); err != nil {
		return errors.New("The flags of \"tandem-helper files\" are wrong.")
	}
	if *isToPrepare {
		return prepare(*root, out)
	}
	if *tokenFile == "" {
		return errors.New("The flag --token-file is missing: nothing is served without a token.")
	}
	ref, err := reference(*root, *address)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	opened, err := store.Open(ctx, ref, env)
	if err != nil {
		return fmt.Errorf("The store cannot be opened: %s.", store.Explain(err))
	}
	defer opened.Close()
	sayIfReadOnly(opened, *root, out)
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("The address %q cannot be listened on.", *listen)
	}
	fmt.Fprintf(out, "Listening on %s.\n", listener.Addr())
	return Serve(ctx, listener, opened, *tokenFile)
}

// Serve answers on a listener until the context ends, and then for ten seconds more what has begun.
func Serve(ctx context.Context, listener net.Listener, opened store.Store, tokenFile string) error {
	answering := &server{store: opened, tokenFile: tokenFile}
	if checker, ok := opened.(interface{ RefuseLink(name string) error }); ok {
		answering.links = checker.RefuseLink
	}
	web := &http.Server{
		Handler:           answering.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return web.Shutdown(limited)
}

func reference(root, address string) (helper.StoreRef, error) {
	if (root == "") == (address == "") {
		return helper.StoreRef{}, errors.New("Give one of --root and --store.")
	}
	if root != "" {
		return helper.StoreRef{Kind: "mount", Name: "store", Path: root}, nil
	}
	kind := store.KindOf(address)
	if kind == "" {
		return helper.StoreRef{}, errors.New("The address of --store must begin with s3://, gs:// or wasbs://.")
	}
	return helper.StoreRef{Kind: kind, Name: "store", Bucket: address}, nil
}
