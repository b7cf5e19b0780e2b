# A socket for datagrams: connect() on it sends nothing and proves nothing.
import socket

one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
one.connect(("127.0.0.1", 9))
print("a name:", one.getpeername()[1])
one.close()
