package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blockblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
)

// azureStore speaks to blob storage of Azure.
type azureStore struct {
	address
	container *container.Client
}

func openAzure(at address, env Env) (Store, error) {
	named, _, _ := strings.Cut(at.host, ".")
	account := first(env("AZURE_STORAGE_ACCOUNT"), env("AZURE_STORAGE_ACCOUNT_NAME"), env("AZURE_ACCOUNT_NAME"), named)
	host := at.host
	if host == "" && account != "" {
		host = account + ".blob.core.windows.net"
	}
	// abfs addresses name the dfs host of the account; blobs are served by its sibling.
	service := "https://" + strings.Replace(host, ".dfs.", ".blob.", 1)
	if own := env("AZURE_STORAGE_BLOB_ENDPOINT"); own != "" {
		service = strings.TrimRight(own, "/")
	} else if host == "" && connectionString(env) == "" {
		return nil, &knownError{text: "the bucket in the connection names no account, and AZURE_STORAGE_ACCOUNT is not set"}
	}
	client, err := azureClient(service, account, env)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDenied, err)
	}
	return &azureStore{address: at, container: client.ServiceClient().NewContainerClient(at.bucket)}, nil
}

// Variables of Azure's own tools come first, then those that secrets made for the peer have.
func connectionString(env Env) string {
	return first(env("AZURE_STORAGE_CONNECTION_STRING"), env("AZURE_CONNECTION_STRING"))
}

func azureClient(service, account string, env Env) (*azblob.Client, error) {
	if text := connectionString(env); text != "" {
		return azblob.NewClientFromConnectionString(text, nil)
	}
	if key := first(env("AZURE_STORAGE_KEY"), env("AZURE_STORAGE_ACCOUNT_KEY"), env("AZURE_ACCOUNT_KEY")); key != "" {
		shared, err := azblob.NewSharedKeyCredential(account, key)
		if err != nil {
			return nil, err
		}
		return azblob.NewClientWithSharedKeyCredential(service, shared, nil)
	}
	if sas := first(env("AZURE_STORAGE_SAS_TOKEN"), env("AZURE_SAS_TOKEN")); sas != "" {
		return azblob.NewClientWithNoCredential(service+"?"+strings.TrimPrefix(sas, "?"), nil)
	}
	found, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return nil, err
	}
	return azblob.NewClient(service, found, nil)
}

func (a *azureStore) Close() error { return nil }

func (a *azureStore) Stat(ctx context.Context, name string) (Object, error) {
	found, err := a.container.NewBlobClient(a.key(name)).GetProperties(ctx, nil)
	if err != nil {
		return Object{}, azureError(err)
	}
	object := Object{Name: name}
	if found.ContentLength != nil {
		object.Size = *found.ContentLength
	}
	if found.LastModified != nil {
		object.ModTime = *found.LastModified
	}
	return object, nil
}

func (a *azureStore) Open(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	if length == 0 {
		return io.NopCloser(strings.NewReader("")), nil
	}
	part := blob.HTTPRange{Offset: offset}
	if length > 0 {
		part.Count = length
	}
	answer, err := a.container.NewBlobClient(a.key(name)).DownloadStream(ctx, &blob.DownloadStreamOptions{Range: part})
	if err != nil {
		return nil, azureError(err)
	}
	return answer.Body, nil
}

func (a *azureStore) Walk(ctx context.Context, folder string, visit func(Object) error) error {
	prefix := a.folderPrefix(folder)
	pager := a.container.NewListBlobsFlatPager(&container.ListBlobsFlatOptions{Prefix: &prefix})
	found := false
	for pager.More() {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return azureError(err)
		}
		for _, item := range page.Segment.BlobItems {
			found = true
			if strings.HasSuffix(*item.Name, "/") {
				continue
			}
			name, err := a.nameOf(*item.Name)
			if err == nil {
				err = visit(Object{Name: name, Size: *item.Properties.ContentLength, ModTime: *item.Properties.LastModified})
			}
			if err != nil {
				return err
			}
		}
	}
	if !found {
		return notExist(errors.New("no blob begins so"))
	}
	return nil
}

func (a *azureStore) List(ctx context.Context, folder, after string, limit int) ([]Entry, error) {
	prefix := a.folderPrefix(folder)
	pager := a.container.NewListBlobsHierarchyPager("/", &container.ListBlobsHierarchyOptions{Prefix: &prefix})
	var list []Entry
	// The service cannot begin after a name, so pages before it are read and dropped.
	for pager.More() && len(list) < limit {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, azureError(err)
		}
		for _, each := range page.Segment.BlobPrefixes {
			if entry, ok := entryOf(prefix, *each.Name, after); ok {
				list = append(list, entry)
			}
		}
		for _, item := range page.Segment.BlobItems {
			if entry, ok := entryOf(prefix, *item.Name, after); ok {
				entry.Size, entry.ModTime = *item.Properties.ContentLength, *item.Properties.LastModified
				list = append(list, entry)
			}
		}
	}
	if len(list) == 0 && after == "" {
		return nil, notExist(errors.New("no blob begins so"))
	}
	return sortedUpTo(list, limit), nil
}

func (a *azureStore) Put(ctx context.Context, name string, body Body) error {
	// Two blocks of 8 MiB at a time are all that is held in memory.
	options := blockblob.UploadStreamOptions{BlockSize: 8 << 20, Concurrency: 2}
	_, err := a.container.NewBlockBlobClient(a.key(name)).UploadStream(ctx, io.NewSectionReader(body, 0, body.Size()), &options)
	return azureError(err)
}

func azureError(err error) error {
	if err == nil {
		return nil
	}
	var answer *azcore.ResponseError
	if errors.As(err, &answer) {
		return byStatus(answer.StatusCode, answer.ErrorCode, err)
	}
	var login *azidentity.AuthenticationFailedError
	if errors.As(err, &login) || strings.Contains(err.Error(), "DefaultAzureCredential") {
		return fmt.Errorf("%w: %w", ErrDenied, err)
	}
	return err
}

func sortedUpTo(list []Entry, limit int) []Entry {
	sort.Slice(list, func(a, b int) bool { return list[a].Name < list[b].Name })
	if len(list) > limit {
		return list[:limit]
	}
	return list
}
