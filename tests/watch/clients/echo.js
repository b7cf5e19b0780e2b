// Sends a line and prints what comes back.
const socket = require("net").connect(Number(process.argv[3]), process.argv[2]);
socket.on("connect", () => socket.write("hello\n"));
socket.on("data", (data) => {
  console.log("got " + String(data).trim());
  socket.destroy();
});
socket.on("error", () => {
  console.log("no connection");
  process.exitCode = 1;
});
