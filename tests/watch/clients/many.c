// A client that makes a hundred thousand network calls, or as many as it is told: recv() of one byte each, from a connection to itself.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    long calls = argc > 1 ? atol(argv[1]) : 100000;
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t length = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 1)) return 1;
    getsockname(listener, (struct sockaddr *)&at, &length);
    int to = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(to, (struct sockaddr *)&at, sizeof at)) return 2;
    int from = accept(listener, NULL, NULL);
    char some[4096];
    memset(some, 'x', sizeof some);
    for (long done = 0; done < calls;) {
        long size = calls - done < (long)sizeof some ? calls - done : (long)sizeof some;
        if (send(to, some, size, 0) != size) return 3;
        for (long got = 0; got < size; got++) {
            if (recv(from, some, 1, 0) != 1) return 4;
        }
        done += size;
    }
    printf("%ld calls\n", calls);
    return 0;
}
