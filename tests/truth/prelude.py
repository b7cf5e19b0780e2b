# What every situation needs. It knows nothing of sockstep: the plain socket module, and select.select, select.poll, select.epoll.
import ctypes, errno, fcntl, json, os, resource, select, socket, struct, sys, time

MASKS = [("IN", select.POLLIN), ("PRI", select.POLLPRI), ("OUT", select.POLLOUT), ("ERR", select.POLLERR),
         ("HUP", select.POLLHUP), ("RDHUP", select.POLLRDHUP), ("NVAL", select.POLLNVAL)]
STATES = ["", "ESTABLISHED", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE", "CLOSE-WAIT",
          "LAST-ACK", "LISTEN", "CLOSING"]
WANTED = select.POLLIN | select.POLLPRI | select.POLLOUT | select.POLLRDHUP
BOUND = 12.0
said = []  # every call on the socket in question, with its result
also = []  # others that are asked about together with it


def joined(mask):
    return "|".join(name for name, bit in MASKS if mask & bit) or "-"


def by_poll(fd):
    poll = select.poll()
    for other in also:
        poll.register(other, WANTED)
    poll.register(fd, WANTED)
    return joined(dict(poll.poll(0)).get(fd, 0))


def by_epoll(fd):
    level = select.epoll()
    try:
        level.register(fd, WANTED)
        return joined(dict(level.poll(0)).get(fd, 0))
    except OSError as error:
        return errno.errorcode[error.errno]
    finally:
        level.close()


def by_select(fd):
    fds = [fd] + [other.fileno() for other in also]
    try:
        sets = select.select(fds, fds, fds, 0)
    except OSError as error:
        return errno.errorcode[error.errno]
    except ValueError:
        return "n/a"  # "filedescriptor out of range in select()"
    return "|".join(name for name, found in zip("RWX", sets) if fd in found) or "-"


def until(is_so):
    # Loopback is quick, not instant.
    end = time.monotonic() + BOUND
    while not is_so() and time.monotonic() < end:
        time.sleep(0.001)


def until_mask(sock, mask):
    until(lambda: by_poll(sock.fileno()) == mask)


def state(sock):
    if sock.family == socket.AF_UNIX:
        return None
    return STATES[sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]]


def tell(call, work):
    try:
        result = work()
    except OSError as error:
        result = errno.errorcode[error.errno]
    said.append(f"{call}={result}")
    return result


def name_of(number):
    return errno.errorcode[number] if number else 0


def connect(sock, addr):
    tell("connect", lambda: name_of(sock.connect_ex(addr)))


def so_error(sock):
    tell("getsockopt", lambda: name_of(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)))


def getpeername(sock):
    tell("getpeername", lambda: sock.getpeername() and 0)


def recv(sock, size=1024):
    tell("recv", lambda: len(sock.recv(size)))


def send(sock, data=b"x"):
    tell("send", lambda: sock.send(data))


def accept(sock):
    def work():
        kept.append(sock.accept()[0])
        return "ok"
    tell("accept", work)


def fill(sock, buffer=100000):
    # A buffer of one size, however large this machine lets them grow; what is acknowledged late makes room again.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
    for _ in range(3):
        try:
            while True:
                sock.send(b"x" * 65536)
        except BlockingIOError:
            time.sleep(0.05)
    said.append("send=EAGAIN")


kept = []


class NoSocket:
    # Python makes no socket object of what is none: the calls for sockets are the C library's.
    family = socket.AF_UNIX

    def __init__(self, fd):
        self.fd = fd
        os.set_blocking(fd, False)

    def fileno(self):
        return self.fd

    def tried(self, name, *arguments):
        libc = ctypes.CDLL(None, use_errno=True)
        if getattr(libc, name)(self.fd, *arguments) < 0:
            raise OSError(ctypes.get_errno(), name)
        return 0

    def connect_ex(self, addr):
        try:
            return self.tried("connect", bytes([2, 0, 0, 9, 127, 0, 0, 1]) + bytes(8), 16)
        except OSError as error:
            return error.errno

    def recv(self, size):
        return self.tried("recv", bytes(size), size, 0)

    def send(self, data):
        return self.tried("send", data, len(data), 0)

    def getsockopt(self, level, name):
        return self.tried("getsockopt", level, name, bytes(4), bytes([4, 0, 0, 0]))


def tried(fd):
    made = NoSocket(fd)
    connect(made, ("127.0.0.1", 9))
    return made


def read(sock, size=1024):
    tell("read", lambda: len(os.read(sock.fileno(), size)))


def write(sock, data=b"x"):
    tell("write", lambda: os.write(sock.fileno(), data))


def write_full(fd, most=65536):
    try:
        while True:
            os.write(fd, b"x" * most)
    except BlockingIOError:
        pass


def pty():
    # openpty() of the C library, by its own calls: TIOCSPTLCK, TIOCGPTPEER.
    master = os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY)
    fcntl.ioctl(master, 0x40045431, struct.pack("i", 0))
    slave = fcntl.ioctl(master, 0x5441, os.O_RDWR | os.O_NOCTTY)
    os.set_blocking(master, False); os.set_blocking(slave, False)
    return master, slave


def client(family=socket.AF_INET):
    sock = socket.socket(family)
    sock.setblocking(False)
    return sock


def listener(backlog=4096, host="127.0.0.1"):
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.bind((host, 0))
    sock.listen(backlog)
    kept.append(sock)
    return sock


def full():
    # With a backlog of 0 the kernel still queues one connection.
    sock = listener(0)
    kept.append(socket.create_connection(sock.getsockname()))
    return sock


def nobody():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    kept.append(sock)
    return sock.getsockname()


def refused():
    sock = client()
    connect(sock, nobody())
    until(lambda: state(sock) == "CLOSE")
    return sock


def pending():
    server = full()
    sock = client()
    connect(sock, server.getsockname())
    return sock, server


def pair():
    # A client that did all it should, and the socket at its other end.
    server = listener()
    sock = client()
    connect(sock, server.getsockname())
    until_mask(sock, "OUT")
    so_error(sock)
    getpeername(sock)
    return sock, server.accept()[0]


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def finish(sock, fd, mask):
    until(lambda: by_poll(fd) == mask)
    answer = {"poll": by_poll(fd), "epoll": by_epoll(fd), "select": by_select(fd), "calls": " ".join(said)}
    answer["state"] = None if answer["poll"] == "NVAL" else state(sock)
    json.dump(answer, sys.stdout)
