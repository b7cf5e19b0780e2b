// Non-blocking connect with poll(2). Needs glibc 2.32 or newer.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static void fail(int error) {
    fprintf(stderr, "%s\n", strerrorname_np(error));
    exit(1);
}

static long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void wait_for(int fd, short events, long long end) {
    struct pollfd entry = {.fd = fd, .events = events}; //@ register
    int ready = 0;
    while (ready <= 0) {
        int left = end - now_ms();
        if (left <= 0) fail(ETIMEDOUT);
        ready = poll(&entry, 1, left); //@ wait
        if (ready < 0 && errno != EINTR) fail(errno);
    }
}

int main(int argc, char **argv) {
    struct sockaddr_in to = {.sin_family = AF_INET}, peer;
    if (argc != 3 || !inet_pton(AF_INET, argv[1], &to.sin_addr))
        fail(EINVAL);
    to.sin_port = htons(atoi(argv[2]));
    long long end = now_ms() + 5000;
    int fd, status, error, on = 1;

    fd = socket(AF_INET, SOCK_STREAM, 0); //@ socket
    if (fd < 0) fail(errno);
    if (ioctl(fd, FIONBIO, &on) < 0) fail(errno); //@ nonblocking
    status = connect(fd, (void *)&to, sizeof to); //@ connect
    if (status < 0 && errno != EINPROGRESS) fail(errno);
    do {
        wait_for(fd, POLLOUT, end); // writable is only a hint
        socklen_t len = sizeof error;
        if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len)) //@ so_error
            fail(errno);
        if (error != 0) fail(error);
        len = sizeof peer;
        status = getpeername(fd, (void *)&peer, &len); //@ getpeername
        if (status < 0 && errno != ENOTCONN) fail(errno);
    } while (status < 0);

    // A new connection has room for 5 bytes: no EAGAIN here.
    if (send(fd, "ping\n", 5, MSG_NOSIGNAL) < 0) fail(errno); //@ send
    char buf[512], *newline = NULL;
    while (newline == NULL) {
        ssize_t n = recv(fd, buf, sizeof buf, 0); //@ recv
        if (n == 0) break;
        if (n < 0 && errno != EAGAIN) fail(errno);
        if (n < 0) {
            wait_for(fd, POLLIN, end);
        } else {
            newline = memchr(buf, '\n', n);
            if (newline != NULL) n = newline + 1 - buf;
            fwrite(buf, 1, n, stdout);
        }
    }
    return close(fd); //@ close
}
