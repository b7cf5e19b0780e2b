// A client that says hello, and tries once more if the server is not there yet.
// Mended: the descriptor that failed is closed, and each attempt has a new one.
// Build: cc -Wall -o client same-descriptor-again.mended.c    Use: ./client HOST PORT
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

static int outcome(int fd)
{
    struct pollfd event = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&event, 1, 3000) != 1)
        return ETIMEDOUT;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

int main(int count, char **words)
{
    struct addrinfo *to = look_up(count, words);
    int fd = -1, error = 0;
    for (int attempt = 1; attempt <= 2; attempt++) {
        fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK, 0);
        if (fd < 0)
            fail("socket", errno);
        int at_once = connect(fd, to->ai_addr, to->ai_addrlen) < 0 ? errno : 0;
        error = at_once == EINPROGRESS ? outcome(fd) : at_once;
        printf("attempt %d: %s\n", attempt, error ? strerror(error) : "connected");
        fflush(stdout);
        if (error == 0)
            break;
        close(fd);
        if (attempt == 1)
            usleep(500000);
    }
    if (error != 0)
        fail("given up", error);
    if (send(fd, "hello\n", 6, MSG_NOSIGNAL) < 0)
        fail("send", errno);
    printf("said hello\n");
    close(fd);
    freeaddrinfo(to);
    return 0;
}
