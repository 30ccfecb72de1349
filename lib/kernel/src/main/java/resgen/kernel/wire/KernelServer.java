package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import resgen.kernel.JavaKernel;
import resgen.kernel.eval.CellError;
import resgen.kernel.eval.Session;

/**
 * Serves a kernel on Jupyter's five sockets.
 *
 * <p>Each socket belongs to one thread: shell (requests, one after the other), control (interrupt
 * and shutdown, any time), iopub (all output), stdin, heartbeat. The sockets answer before the
 * kernel is ready, so that a client sees it early. A message that is malformed, wrongly signed or
 * sent again is dropped; one over {@value #MAX_MESSAGE} bytes ends its sender's connection.
 */
public final class KernelServer {
  private static final int POLL_MS = 100;
  private static final int LINGER_MS = 1000;
  private static final long MAX_MESSAGE = 256L << 20;

  private final Codec codec;
  private final ZContext zmq = new ZContext();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final Outbox iopub;
  private final Replies replies;
  private final CellRequests cells;
  private final CompletableFuture<JavaKernel> kernel;
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private volatile boolean running = true;

  /**
   * Binds the sockets and starts to serve.
   *
   * @param kernel the kernel, perhaps still starting
   */
  public KernelServer(ConnectionFile at, CompletableFuture<JavaKernel> kernel) {
    this.kernel = kernel;
    codec = new Codec(at.scheme(), at.key());
    zmq.setLinger(LINGER_MS);
    ZMQ.Socket heartbeat = bind(SocketType.REP, at.address(at.heartbeat()));
    shell = bind(SocketType.ROUTER, at.address(at.shell()));
    control = bind(SocketType.ROUTER, at.address(at.control()));
    StdinPort stdin = new StdinPort(bind(SocketType.ROUTER, at.address(at.stdin())), codec);
    ZMQ.Socket publish = bind(SocketType.PUB, at.address(at.iopub()));
    iopub = new Outbox(publish);
    replies = new Replies(codec, iopub);
    cells = new CellRequests(replies, stdin);
    start("heartbeat", () -> echo(heartbeat));
    replies.state(new JsonObject(), "starting");
    start("control", () -> serve(control));
    start("shell", () -> serve(shell));
  }

  private ZMQ.Socket bind(SocketType type, String address) {
    ZMQ.Socket socket = zmq.createSocket(type);
    socket.setMaxMsgSize(MAX_MESSAGE);
    socket.setSndHWM(0); // a burst of output is never dropped; holds for later binds only
    socket.bind(address);
    return socket;
  }

  private static void start(String name, Runnable body) {
    // The compiler, which runs on the shell's thread, needs as deep a stack as the cells.
    Thread thread = new Thread(null, body, name, Session.STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private void echo(ZMQ.Socket socket) {
    socket.setReceiveTimeOut(POLL_MS);
    try {
      while (running) {
        byte[] ping = socket.recv();
        if (ping != null) {
          socket.send(ping, socket.hasReceiveMore() ? ZMQ.SNDMORE : 0);
        }
      }
    } catch (ZMQException e) {
      if (running) {
        throw e;
      }
    }
  }

  /** Waits for a shutdown request. */
  public void awaitShutdown() {
    ended.join();
  }

  private void serve(ZMQ.Socket socket) {
    socket.setReceiveTimeOut(POLL_MS);
    while (running) {
      try {
        Message request = receive(socket);
        if (request != null) {
          handle(socket, request);
        }
      } catch (ZMQException e) {
        if (running) {
          System.err.println("socket error: " + e);
        }
      } catch (RuntimeException | Error e) { // whatever a request does, the next one is served
        System.err.println("request failed: " + e);
      }
    }
  }

  /** The next message; null when there is none yet, or when it is one to drop. */
  private Message receive(ZMQ.Socket socket) {
    byte[] first = socket.recv();
    return first == null ? null : rest(socket, first);
  }

  private Message rest(ZMQ.Socket socket, byte[] first) {
    List<byte[]> frames = new ArrayList<>(List.of(first));
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    try {
      return codec.decode(frames);
    } catch (Codec.BadMessage e) {
      return null;
    }
  }

  private void handle(ZMQ.Socket socket, Message request) {
    replies.state(request.header(), "busy");
    List<Message> behind = List.of();
    try {
      if (request.type().equals("execute_request")) {
        behind = execute(socket, request);
      } else if (request.type().equals("shutdown_request")) {
        shutdown(socket, request);
      } else if (request.type().endsWith("_request")) {
        if (socket == shell) {
          kernel.join(); // who asks here learns when the kernel is ready for a cell
        }
        replies.reply(socket, request, answer(request));
      } else if (request.type().equals("comm_open")) {
        JsonObject close = new JsonObject();
        close.addProperty("comm_id", request.text("comm_id", ""));
        close.add("data", new JsonObject());
        replies.publish("comm_close", request.header(), close); // no comm targets yet
      }
    } finally {
      replies.state(request.header(), "idle");
    }
    for (Message waiting : behind) {
      if (waiting.type().equals("execute_request")) {
        cells.abort(socket, waiting);
      } else {
        handle(socket, waiting);
      }
    }
  }

  private JsonObject answer(Message request) {
    try {
      return switch (request.type()) {
        case "kernel_info_request" -> Requests.kernelInfo();
        case "complete_request" -> Requests.complete(kernel.join(), request);
        case "inspect_request" -> Requests.inspect(kernel.join(), request);
        case "is_complete_request" -> Requests.isComplete(kernel.join(), request);
        case "history_request" -> Requests.history(kernel.join(), request);
        case "comm_info_request" -> Requests.comms();
        case "interrupt_request" -> {
          if (kernel.isDone()) { // else there is no cell yet, and a shutdown must not wait behind
            kernel.join().interrupt();
          }
          yield Requests.ok();
        }
        default -> throw new IllegalArgumentException("unknown request " + request.type());
      };
    } catch (RuntimeException | Error e) {
      return failed(e);
    }
  }

  private static JsonObject failed(Throwable e) {
    return Requests.error(
        new CellError(e.getClass().getName(), e.getMessage(), List.of(String.valueOf(e))));
  }

  /** Runs a cell; returns the requests that already wait behind it when it failed. */
  private List<Message> execute(ZMQ.Socket socket, Message request) {
    JsonObject content;
    try {
      content = cells.run(kernel.join(), request);
    } catch (RuntimeException | Error e) { // the request is wrong, not its code
      content = failed(e);
      content.addProperty("execution_count", kernel.join().count());
    }
    // Before the client knows: what it sends after the error's reply is meant to run.
    boolean ok = content.get("status").getAsString().equals("ok");
    boolean aborts = !ok && request.flag("stop_on_error", true);
    List<Message> behind = aborts ? waiting(socket) : List.of();
    replies.reply(socket, request, content);
    return behind;
  }

  private List<Message> waiting(ZMQ.Socket socket) {
    List<Message> out = new ArrayList<>();
    socket.setReceiveTimeOut(0);
    try {
      byte[] first;
      while ((first = socket.recv()) != null) {
        Message message = rest(socket, first);
        if (message != null) {
          out.add(message);
        }
      }
      return out;
    } finally {
      socket.setReceiveTimeOut(POLL_MS);
    }
  }

  private void shutdown(ZMQ.Socket socket, Message request) {
    JsonObject content = Requests.ok();
    content.addProperty("restart", request.flag("restart", false));
    replies.reply(socket, request, content);
    if (kernel.isDone() && !kernel.isCompletedExceptionally()) {
      kernel.join().interrupt();
    }
    replies.publish("shutdown_reply", request.header(), content);
    replies.state(request.header(), "idle");
    running = false;
    socket.close(); // lingers until the reply is out
    start("ending", this::end);
  }

  private void end() {
    Thread closing = new Thread(zmq::close, "closing"); // waits until the last replies are out
    closing.setDaemon(true);
    try {
      iopub.close();
      closing.start();
      closing.join(LINGER_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.complete(true);
  }
}
