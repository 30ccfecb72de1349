package resgen.kernel.wire;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.zeromq.ZMQ;

/**
 * Sends on a socket from one thread that nobody interrupts: an interrupted thread inside ZeroMQ
 * would break the socket.
 */
final class Outbox {
  private static final List<byte[]> END = List.of();
  private final LinkedBlockingQueue<List<byte[]>> queue = new LinkedBlockingQueue<>();
  private final Thread thread;

  Outbox(ZMQ.Socket socket) {
    thread = new Thread(() -> run(socket), "iopub");
    thread.setDaemon(true);
    thread.start();
  }

  private void run(ZMQ.Socket socket) {
    while (true) {
      try {
        List<byte[]> frames = queue.take();
        if (frames == END) {
          socket.close();
          return;
        }
        send(socket, frames);
      } catch (InterruptedException e) {
        // Nobody has a reason to; go on.
      } catch (RuntimeException | Error e) { // one message less, not all later ones
        System.err.println("not published: " + e);
      }
    }
  }

  static void send(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), i + 1 < frames.size() ? ZMQ.SNDMORE : 0);
    }
  }

  void put(List<byte[]> frames) {
    queue.add(frames);
  }

  /** Sends what waits, then closes the socket. */
  void close() throws InterruptedException {
    queue.add(END);
    thread.join(2000);
  }
}
