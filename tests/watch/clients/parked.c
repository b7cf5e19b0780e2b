/* Waits in recv() while another thread is parked, ticks, computes, or sleeps for five seconds: parked HOST PORT HOW */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *how;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;

static void *other(void *nothing) {
    volatile unsigned long count = 0;
    if (strcmp(how, "computes") == 0)
        for (;;)
            count++;
    if (strcmp(how, "ticks") == 0)
        for (;;)
            usleep(20000);
    if (strcmp(how, "sleeps") == 0)
        sleep(5);
    pthread_mutex_lock(&mutex);
    for (;;)
        pthread_cond_wait(&never, &mutex);
    return nothing;
}

int main(int argc, char **argv) {
    char byte;
    struct sockaddr_in to = {.sin_family = AF_INET};
    pthread_t thread;
    if (argc < 4)
        return 2;
    how = argv[3];
    pthread_create(&thread, NULL, other, NULL);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, argv[1], &to.sin_addr);
    to.sin_port = htons((unsigned short)atoi(argv[2]));
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        return 1;
    recv(fd, &byte, 1, 0);
    return 0;
}
