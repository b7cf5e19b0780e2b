/* A right client of poll(2): connects, proves it, talks, ends. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int fails(const char *what, int error)
{
    printf("%s: %s\n", what, strerror(error));
    return 1;
}

int main(int count, char **words)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    if (count != 3 || inet_pton(AF_INET, words[1], &to.sin_addr) != 1)
        return 2;
    to.sin_port = htons((unsigned short)atoi(words[2]));
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        return fails("connect", errno);
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    if (poll(&one, 1, 5000) != 1)
        return fails("poll", ETIMEDOUT);
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0)
        return fails("connect", error);
    puts("connected");
    char text[100];
    if (send(fd, "hello", 5, MSG_NOSIGNAL) != 5)
        return fails("send", errno);
    one.events = POLLIN;
    poll(&one, 1, 5000);
    ssize_t read_bytes = read(fd, text, sizeof text);
    printf("got %zd\n", read_bytes);
    int other = dup(fd);
    close(fd);
    shutdown(other, SHUT_WR);
    close(other);
    return 0;
}
