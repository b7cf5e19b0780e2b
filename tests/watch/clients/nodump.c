// A client that may not be read by others: prctl(PR_SET_DUMPABLE, 0).
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 3 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) return 2;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at)) return 3;
    char text[6];
    if (send(fd, "hello", 5, 0) != 5 || recv(fd, text, sizeof text, 0) != 5) return 4;
    close(fd);
    puts("talked");
    return 0;
}
