// Waits for bytes that never come.
const socket = require("net").connect(Number(process.argv[3]), process.argv[2]);
socket.on("connect", () => console.log("connected"));
socket.on("data", () => {});
