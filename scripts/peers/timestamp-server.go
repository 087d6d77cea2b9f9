// The server of github.com/sigstore/timestamp-authority as its command starts it, but on a port of 127.0.0.1 alone: the
// metrics of that command have a fixed port, so that only one of it could run on a machine.
package main

import (
	"log"
	"os"
	"strconv"
	"time"

	_ "github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server/app" // sets all its options to their defaults
	"github.com/sigstore/timestamp-authority/v2/pkg/server"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: timestamp-server PORT")
	}
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.NewRestAPIServer("127.0.0.1", port, []string{"http"}, false, 30*time.Second, 30*time.Second).Serve())
}
