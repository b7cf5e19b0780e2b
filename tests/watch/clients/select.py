"""A right client of select(2)."""
import errno
import select
import socket
import sys

client = socket.socket()
client.setblocking(False)
begun = client.connect_ex((sys.argv[1], int(sys.argv[2])))
assert begun in (0, errno.EINPROGRESS), begun
select.select([], [client], [client], 5)
error = client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
if error:
    print("failed:", errno.errorcode[error])
    sys.exit(1)
print("connected to", client.getpeername()[0])
client.sendall(b"hello")
select.select([client], [], [], 5)
print("got", client.recv(100))
client.close()
