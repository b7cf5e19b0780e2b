/** Sends a line and prints what comes back. */
public class Echo {
    public static void main(String[] args) throws Exception {
        try (var socket = new java.net.Socket(args[0], Integer.parseInt(args[1]))) {
            socket.getOutputStream().write("hello\n".getBytes());
            System.out.print("got " + new String(socket.getInputStream().readNBytes(6)));
        } catch (java.net.ConnectException failed) {
            System.out.println("no connection");
            System.exit(1);
        }
    }
}
