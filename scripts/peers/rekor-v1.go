// The server of github.com/sigstore/rekor as its command starts it, on a port of 127.0.0.1 alone and without metrics, with the
// log server of Trillian in the same process, which keeps the log in memory: neither a database nor other programs are needed.
package main

import (
	"context"
	"log"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/go-openapi/loads"
	"github.com/google/trillian/extension"
	"github.com/google/trillian/quota"
	"github.com/google/trillian/storage"
	_ "github.com/google/trillian/storage/memory"
	"github.com/google/trillian/testonly/integration"
	_ "github.com/sigstore/rekor/cmd/rekor-server/app" // sets all its options to their defaults
	"github.com/sigstore/rekor/pkg/api"
	"github.com/sigstore/rekor/pkg/generated/restapi"
	"github.com/sigstore/rekor/pkg/generated/restapi/operations"
	"github.com/sigstore/rekor/pkg/types"
	"github.com/spf13/viper"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: rekor-v1 PORT HOSTNAME")
	}
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	logHost, logPort, err := startTrillian()
	if err != nil {
		log.Fatal(err)
	}
	viper.Set("trillian_log_server.address", logHost)
	viper.Set("trillian_log_server.port", logPort)
	viper.Set("rekor_server.hostname", os.Args[2])
	// What searches needs a database.
	viper.Set("enable_retrieve_api", false)
	viper.Set("enabled_api_endpoints", []string{"getLogInfo", "getPublicKey", "createLogEntry", "getLogEntryByUUID"})
	types.SetAllowedKindsForSubmission([]string{"dsse", "hashedrekord"})

	description, err := loads.Embedded(restapi.SwaggerJSON, restapi.FlatSwaggerJSON)
	if err != nil {
		log.Fatal(err)
	}
	server := restapi.NewServer(operations.NewRekorServerAPI(description))
	server.Host = "127.0.0.1"
	server.Port = port
	server.EnabledListeners = []string{"http"}
	const newTree = 0
	api.ConfigureAPI(newTree)
	server.ConfigureAPI()
	log.Fatal(server.Serve())
}

func startTrillian() (host, port string, err error) {
	memory, err := storage.NewProvider("memory", nil)
	if err != nil {
		return "", "", err
	}
	// An entry is answered when it is in the tree, so this is what it waits for.
	integration.SequencerInterval = 20 * time.Millisecond
	trillian, err := integration.NewLogEnvWithRegistry(context.Background(), 1, extension.Registry{
		AdminStorage: memory.AdminStorage(),
		LogStorage:   memory.LogStorage(),
		QuotaManager: quota.Noop(),
	})
	if err != nil {
		return "", "", err
	}
	return net.SplitHostPort(trillian.Address)
}
