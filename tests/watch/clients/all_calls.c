// Every call of which something is said, once: a listener, a client of it, and a connect to the given place that a signal breaks off.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

static void heard(int number) { (void)number; }

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t length = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 1)) return 3;
    getsockname(listener, (struct sockaddr *)&at, &length);
    struct pollfd one = {.fd = listener, .events = POLLIN};
    poll(&one, 1, 10);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(client, (struct sockaddr *)&at, sizeof at);
    struct epoll_event event = {.events = EPOLLOUT | EPOLLIN | EPOLLRDHUP, .data.fd = client};
    epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
    struct epoll_event told;
    epoll_wait(epoll, &told, 1, 1000);
    poll(&one, 1, 1000);
    int peer = accept(listener, NULL, NULL);
    getpeername(client, (struct sockaddr *)&at, &length);
    int more = dup(client);
    dup2(more, peer);
    shutdown(client, SHUT_WR);
    close(client);
    syscall(SYS_close_range, more, peer > more ? peer : more, 0);
    char parameters[120];
    memset(parameters, 0, sizeof parameters);
    syscall(SYS_io_uring_setup, 1, parameters);
    struct sockaddr_in far = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &far.sin_addr);
    struct sigaction action = {.sa_handler = heard};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval soon = {.it_value = {0, 200000}};
    int waits = socket(AF_INET, SOCK_STREAM, 0);
    setitimer(ITIMER_REAL, &soon, NULL);
    connect(waits, (struct sockaddr *)&far, sizeof far);
    puts("done");
    return 0;
}
