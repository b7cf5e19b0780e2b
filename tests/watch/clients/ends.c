// Four connections, and none of them is closed by close(): by dup2(), by close_range(), by exec() and by the end of the program.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int reach(char **argv, int flags) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &at.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
    if (connect(fd, (struct sockaddr *)&at, sizeof at)) exit(1);
    return fd;
}

int main(int argc, char **argv) {
    if (argc > 3) {
        printf("the second program\n");
        return 3;
    }
    int first = reach(argv, 0);
    int null = open("/dev/null", O_RDONLY);
    dup2(null, first);
    int second = reach(argv, 0);
    syscall(SYS_close_range, second, second, 0);
    reach(argv, SOCK_CLOEXEC);
    reach(argv, 0);
    execl(argv[0], argv[0], argv[1], argv[2], "again", NULL);
    return 2;
}
