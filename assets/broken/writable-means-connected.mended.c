// A client that says hello.
// Mended: writable is a hint to ask: SO_ERROR first, and if it is 0 getpeername().
// Build: cc -Wall -o client writable-means-connected.mended.c    Use: ./client HOST PORT
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what, int error)
{
    printf("%s: %s\n", what, strerror(error));
    exit(1);
}

static struct addrinfo *look_up(int count, char **words)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (count != 3) {
        fprintf(stderr, "use: %s HOST PORT\n", words[0]);
        exit(2);
    }
    if (getaddrinfo(words[1], words[2], &hints, &found) != 0) {
        printf("no such host: %s\n", words[1]);
        exit(1);
    }
    return found;
}

int main(int count, char **words)
{
    struct addrinfo *to = look_up(count, words);
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK, 0);
    if (fd < 0)
        fail("socket", errno);
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS)
        fail("connect", errno);

    struct pollfd event = {.fd = fd, .events = POLLOUT};
    if (poll(&event, 1, 3000) != 1) {
        printf("no answer within 3 s\n");
        return 1;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        fail("connect", error);
    struct sockaddr_storage peer;
    size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) < 0)
        fail("connect", errno);
    printf("connected\n");

    const char hello[] = "hello\n";
    if (send(fd, hello, strlen(hello), MSG_NOSIGNAL) < 0)
        fail("connected, and yet: send", errno);
    printf("said hello\n");
    close(fd);
    freeaddrinfo(to);
    return 0;
}
