/* Asks over UDP for what never comes, for as long as it has patience: datagram */
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(void) {
    char bytes[64];
    struct sockaddr_in own = {.sin_family = AF_INET}, to;
    struct timeval patience = {.tv_sec = 5};
    socklen_t size = sizeof to;
    int other = socket(AF_INET, SOCK_DGRAM, 0), fd = socket(AF_INET, SOCK_DGRAM, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(other, (struct sockaddr *)&own, sizeof own) != 0)
        return 1;
    getsockname(other, (struct sockaddr *)&to, &size);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sendto(fd, "ask", 3, 0, (struct sockaddr *)&to, size);
    if (recv(fd, bytes, sizeof bytes, 0) < 0)
        perror("recv");
    return 0;
}
