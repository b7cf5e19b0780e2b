/* Waits for its socket and for a timer, by epoll or by poll, without a limit: timer HOST PORT HOW */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

int main(int count, char **words)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (count != 4 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        return 1;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    struct itimerspec due = {.it_value = {.tv_sec = 30}};
    if (strncmp(words[3], "set", 3) == 0 && timerfd_settime(timer, 0, &due, NULL) < 0)
        return 1;
    if (strstr(words[3], "poll")) {
        struct pollfd both[] = {{fd, POLLIN, 0}, {timer, POLLIN, 0}};
        return poll(both, 2, -1);
    }
    int epfd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event);
    epoll_ctl(epfd, EPOLL_CTL_ADD, timer, &event);
    return epoll_wait(epfd, &event, 1, -1);
}
