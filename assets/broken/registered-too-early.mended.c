// A client with an event loop that says hello.
// Mended: the socket is given to epoll after connect(), so that no event is older than the attempt.
// Build: cc -Wall -o client registered-too-early.mended.c    Use: ./client HOST PORT
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
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
    int epfd = epoll_create1(0);
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK, 0);
    if (epfd < 0 || fd < 0)
        fail("socket", errno);
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS)
        fail("connect", errno);
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLOUT | EPOLLET}, event;
    if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &wanted) < 0)
        fail("epoll_ctl", errno);

    int writable = 0, error = 0;
    socklen_t size = sizeof error;
    while (!writable) {
        int found = epoll_wait(epfd, &event, 1, 3000);
        if (found == 1 && event.events & EPOLLOUT)
            writable = 1;
        if (found == 0) {
            printf("no answer within 3 s\n");
            return 1;
        }
    }
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0)
        fail("connect", error);
    printf("connected\n");
    if (send(fd, "hello\n", 6, MSG_NOSIGNAL) < 0)
        fail("connected, and yet: send", errno);
    printf("said hello\n");
    close(fd);
    close(epfd);
    freeaddrinfo(to);
    return 0;
}
