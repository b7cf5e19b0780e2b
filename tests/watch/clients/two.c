/* Two connections at once by one poll(): two HOST PORT */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    struct pollfd both[2];
    char byte;
    if (argc < 3)
        return 2;
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    to.sin_port = htons((unsigned short)atoi(argv[2]));
    for (int i = 0; i < 2; i++) {
        both[i].fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        both[i].events = POLLOUT;
        connect(both[i].fd, (struct sockaddr *)&to, sizeof to);
    }
    poll(both, 2, 3000);
    if (send(both[0].fd, "a", 1, MSG_NOSIGNAL) != 1)
        return 1;
    both[0].events = both[1].events = POLLIN;
    poll(both, 2, 3000);
    recv(both[0].fd, &byte, 1, 0);
    close(both[0].fd);
    close(both[1].fd);
    return 0;
}
