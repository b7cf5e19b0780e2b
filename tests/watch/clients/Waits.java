/** Waits for bytes that never come. */
public class Waits {
    public static void main(String[] args) throws Exception {
        try (var socket = new java.net.Socket(args[0], Integer.parseInt(args[1]))) {
            System.out.println("connected");
            socket.getInputStream().read();
        }
    }
}
