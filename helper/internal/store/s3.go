package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// s3Store speaks to S3 and to servers like it.
type s3Store struct {
	address
	client *minio.Client
}

func openS3(at address, env Env) (Store, error) {
	endpoint := first(env("AWS_ENDPOINT_URL_S3"), env("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com")
	parsed, err := url.Parse(endpoint)
	if err != nil || parsed.Host == "" {
		return nil, errors.New("the variable AWS_ENDPOINT_URL holds no url")
	}
	transport, err := minio.DefaultTransport(parsed.Scheme == "https")
	if err != nil {
		return nil, err
	}
	if err := addCertificates(transport, env("AWS_CA_BUNDLE")); err != nil {
		return nil, err
	}
	// Servers other than Amazon's rarely have a name for each bucket.
	lookup := minio.BucketLookupAuto
	isOwn := !strings.HasSuffix(parsed.Hostname(), ".amazonaws.com")
	switch {
	case env("AWS_S3_ADDRESSING_STYLE") == "virtual":
		lookup = minio.BucketLookupDNS
	case isOwn || env("AWS_S3_ADDRESSING_STYLE") == "path" || env("AWS_S3_FORCE_PATH_STYLE") == "true":
		lookup = minio.BucketLookupPath
	}
	region := first(env("AWS_REGION"), env("AWS_DEFAULT_REGION"))
	if region == "" && isOwn {
		region = "us-east-1"
	}
	client, err := minio.New(parsed.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{},
			&credentials.FileAWSCredentials{},
			&credentials.IAM{},
		}),
		Secure:       parsed.Scheme == "https",
		Transport:    transport,
		Region:       region,
		BucketLookup: lookup,
		MaxRetries:   3,
	})
	if err != nil {
		return nil, err
	}
	client.SetAppInfo("tandem-helper", "1")
	return &s3Store{address: at, client: client}, nil
}

func addCertificates(transport *http.Transport, bundle string) error {
	if bundle == "" {
		return nil
	}
	pem, err := os.ReadFile(bundle)
	if err != nil {
		return errors.New("the file of the variable AWS_CA_BUNDLE cannot be read")
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return err
	}
	pool.AppendCertsFromPEM(pem)
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	transport.TLSClientConfig.RootCAs = pool
	return nil
}

func (s *s3Store) Close() error { return nil }

func (s *s3Store) Stat(ctx context.Context, name string) (Object, error) {
	info, err := s.client.StatObject(ctx, s.bucket, s.key(name), minio.StatObjectOptions{})
	if err != nil {
		return Object{}, s3Error(err)
	}
	return Object{Name: name, Size: info.Size, ModTime: info.LastModified}, nil
}

func (s *s3Store) Open(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	options := minio.GetObjectOptions{}
	if length == 0 {
		return io.NopCloser(strings.NewReader("")), nil
	}
	if offset > 0 || length > 0 {
		end := int64(0)
		if length > 0 {
			end = offset + length - 1
		}
		if err := options.SetRange(offset, end); err != nil {
			return nil, err
		}
	}
	core := minio.Core{Client: s.client}
	body, _, _, err := core.GetObject(ctx, s.bucket, s.key(name), options)
	if err != nil {
		return nil, s3Error(err)
	}
	return body, nil
}

func (s *s3Store) Walk(ctx context.Context, folder string, visit func(Object) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found := false
	options := minio.ListObjectsOptions{Prefix: s.folderPrefix(folder), Recursive: true}
	for info := range s.client.ListObjectsIter(ctx, s.bucket, options) {
		if info.Err != nil {
			return s3Error(info.Err)
		}
		found = true
		if strings.HasSuffix(info.Key, "/") {
			continue // what some programs make for an empty folder
		}
		name, err := s.nameOf(info.Key)
		if err != nil {
			return err
		}
		if err := visit(Object{Name: name, Size: info.Size, ModTime: info.LastModified}); err != nil {
			return err
		}
	}
	if !found {
		return notExist(errors.New("no key begins so"))
	}
	return nil
}

func (s *s3Store) List(ctx context.Context, folder, after string, limit int) ([]Entry, error) {
	prefix, start, token := s.folderPrefix(folder), "", ""
	if after != "" {
		start = prefix + after
	}
	core := minio.Core{Client: s.client}
	var list []Entry
	// Keys and folders are two lists of each page, so only whole pages can be put in order.
	for len(list) < limit && ctx.Err() == nil {
		page, err := core.ListObjectsV2(s.bucket, prefix, start, token, "/", limit)
		if err != nil {
			return nil, s3Error(err)
		}
		for _, each := range page.CommonPrefixes {
			if entry, ok := entryOf(prefix, each.Prefix, after); ok {
				list = append(list, entry)
			}
		}
		for _, info := range page.Contents {
			if entry, ok := entryOf(prefix, info.Key, after); ok {
				entry.Size, entry.ModTime = info.Size, info.LastModified
				list = append(list, entry)
			}
		}
		if !page.IsTruncated {
			break
		}
		token = page.NextContinuationToken
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(list) == 0 && after == "" {
		return nil, notExist(errors.New("no key begins so"))
	}
	return sortedUpTo(list, limit), nil
}

func (s *s3Store) Put(ctx context.Context, name string, body Body) error {
	_, err := s.client.PutObject(ctx, s.bucket, s.key(name), io.NewSectionReader(body, 0, body.Size()), body.Size(), minio.PutObjectOptions{
		ContentType: "application/octet-stream",
		NumThreads:  2,
	})
	return s3Error(err)
}

func s3Error(err error) error {
	if err == nil {
		return nil
	}
	var answer minio.ErrorResponse
	if errors.As(err, &answer) && answer.StatusCode > 0 {
		return byStatus(answer.StatusCode, answer.Code, err)
	}
	return err
}

// entryOf makes a line of a listing from a key or a common prefix that ends with a slash.
func entryOf(prefix, key, after string) (Entry, bool) {
	name := strings.TrimPrefix(key, prefix)
	isDir := strings.HasSuffix(name, "/")
	name = strings.TrimSuffix(name, "/")
	if name == "" || name <= after || strings.Contains(name, "/") {
		return Entry{}, false
	}
	return Entry{Name: name, IsDir: isDir}, true
}

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
