# asyncio. Run: python3 with_asyncio.py HOST_IP PORT
import asyncio
import errno
import socket
import sys


async def connect(sock, address):
    loop = asyncio.get_running_loop()
    while True:
        await loop.sock_connect(sock, address)  #@ connect register wait so_error
        try:
            return sock.getpeername()  #@ getpeername
        except OSError as error:
            # Not yet: a second connect() only joins the first.
            if error.errno != errno.ENOTCONN:
                raise


async def talk(host, port):
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)  #@ socket
    try:
        sock.setblocking(False)  #@ nonblocking
        await connect(sock, (host, port))
        await loop.sock_sendall(sock, b"ping\n")  #@ send
        answer = b""
        while b"\n" not in answer:
            piece = await loop.sock_recv(sock, 512)  #@ recv
            if not piece:
                break
            answer += piece
    finally:
        sock.close()  #@ close
    line, newline, _ = answer.partition(b"\n")
    sys.stdout.buffer.write(line + newline)


async def main():
    host, port = sys.argv[1], int(sys.argv[2])
    await asyncio.wait_for(talk(host, port), timeout=5)


try:
    asyncio.run(main())
except asyncio.TimeoutError:
    sys.exit("ETIMEDOUT")
except OSError as error:
    sys.exit(errno.errorcode.get(error.errno, str(error)))
