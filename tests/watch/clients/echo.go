// Sends a line and prints what comes back.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

func main() {
	conn, err := net.Dial("tcp", net.JoinHostPort(os.Args[1], os.Args[2]))
	if err != nil {
		fmt.Println("no connection")
		os.Exit(1)
	}
	conn.Write([]byte("hello\n"))
	answer := make([]byte, 6)
	if _, err := io.ReadFull(conn, answer); err != nil {
		fmt.Println("no answer")
		os.Exit(1)
	}
	fmt.Print("got ", string(answer))
	conn.Close()
}
