/* Three threads connect at the same time, each with a socket of its own; then a child does, with one that it has inherited. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in to = {.sin_family = AF_INET};

static void *talk(void *bytes)
{
    char text[100];
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
        send(fd, "hello", (size_t)bytes, MSG_NOSIGNAL);
        recv(fd, text, sizeof text, 0);
    }
    close(fd);
    return NULL;
}

int main(int count, char **words)
{
    if (count != 3 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    pthread_t threads[3];
    for (size_t each = 0; each < 3; each++)
        pthread_create(&threads[each], NULL, talk, (void *)(each + 1));
    for (size_t each = 0; each < 3; each++)
        pthread_join(threads[each], NULL);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    pid_t child = fork();
    if (child == 0) {
        int failed = connect(fd, (struct sockaddr *)&to, sizeof to);
        close(fd);
        _exit(failed == 0 ? 7 : 8);
    }
    close(fd);
    int status = 0;
    waitpid(child, &status, 0);
    printf("the child: %d\n", WEXITSTATUS(status));
    return 0;
}
