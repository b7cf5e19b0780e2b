/* Waits for an answer that does not come, with a time limit of the socket's own, or with one that was lifted again: limited HOST PORT HOW */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(int count, char **words)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (count != 4 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = {.tv_sec = 20}, none = {0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        return 1;
    if (strcmp(words[3], "lifted") == 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    char byte;
    return recv(fd, &byte, 1, 0) < 0;
}
