/* Closes a socket that stands in its epoll, and asks both whether anybody noticed: its epoll must tell nothing of it, and the peer must
 * have heard the end before it says so on the second connection. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **words)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (count != 3 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(first, (struct sockaddr *)&to, sizeof to) < 0 || connect(second, (struct sockaddr *)&to, sizeof to) < 0)
        return 1;
    int epfd = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.u64 = 4711};
    epoll_ctl(epfd, EPOLL_CTL_ADD, first, &event);
    printf("told before: %d\n", epoll_wait(epfd, &event, 1, 0));
    close(first);
    char byte;
    printf("the peer heard the end: %zd\n", recv(second, &byte, 1, 0));
    printf("told behind: %d\n", epoll_wait(epfd, &event, 1, 0));
    return 0;
}
