"""A right client of asyncio."""
import asyncio
import errno
import sys


async def talk():
    try:
        reader, writer = await asyncio.open_connection(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        # Its words name the port.
        print("failed:", errno.errorcode[error.errno])
        return 1
    writer.write(b"hello")
    await writer.drain()
    print("got", await reader.read(100))
    writer.close()
    await writer.wait_closed()
    return 0


sys.exit(asyncio.run(talk()))
