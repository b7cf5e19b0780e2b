/* A child reads from the socket of its parent, who waits for its end: forks HOST PORT */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    char byte;
    if (argc < 3)
        return 2;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    to.sin_port = htons((unsigned short)atoi(argv[2]));
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0)
        return (int)recv(fd, &byte, 1, 0);
    waitpid(child, NULL, 0);
    close(fd);
    return 0;
}
