/* Waits in connect(), and says how that ended. A signal handler may have it begin again. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void hear(int number)
{
    (void)number;
    (void)!write(1, "heard\n", 6);
}

int main(int count, char **words)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (count != 3 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    struct sigaction action = {.sa_handler = hear, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    struct sigaction breaks = {.sa_handler = hear};
    sigaction(SIGUSR2, &breaks, NULL);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int failed = connect(fd, (struct sockaddr *)&to, sizeof to);
    printf("connect: %s\n", failed < 0 ? strerror(errno) : "done");
    close(fd);
    return 0;
}
