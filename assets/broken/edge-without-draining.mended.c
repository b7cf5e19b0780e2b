// A client that reads one line from a server and prints it.
// Mended: after each event it reads until EAGAIN.
// Build: cc -Wall -o client edge-without-draining.mended.c    Use: ./client HOST PORT
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
    int fd = socket(to->ai_family, to->ai_socktype, 0);
    if (epfd < 0 || fd < 0)
        fail("socket", errno);
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
        fail("connect", errno);
    printf("connected\n");
    struct epoll_event wanted = {.events = EPOLLIN | EPOLLET}, event;
    if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &wanted) < 0)
        fail("epoll_ctl", errno);

    char line[512] = "";
    size_t have = 0;
    while (!strchr(line, '\n')) {
        if (epoll_wait(epfd, &event, 1, 2000) != 1) {
            printf("no event within 2 s, after %zu bytes: %s\n", have, line);
            return 1;
        }
        ssize_t got = 1;
        while (got > 0) {
            if (have + 16 >= sizeof line)
                fail("the line", EMSGSIZE);
            got = recv(fd, line + have, 16, MSG_DONTWAIT);
            have += got > 0 ? (size_t)got : 0;
        }
        if (got == 0 && !strchr(line, '\n')) {
            printf("the server has closed, after: %s\n", line);
            return 1;
        }
        if (got < 0 && errno != EAGAIN)
            fail("recv", errno);
    }
    printf("the server says: %s", line);
    close(fd);
    close(epfd);
    freeaddrinfo(to);
    return 0;
}
