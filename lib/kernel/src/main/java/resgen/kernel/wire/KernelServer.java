package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import resgen.kernel.CellResult;
import resgen.kernel.JavaKernel;
import resgen.kernel.eval.CellError;
import resgen.kernel.output.Sink;

/**
 * Serves a kernel on Jupyter's five sockets.
 *
 * <p>Each socket belongs to one thread: shell (requests, one after the other), control (interrupt
 * and shutdown, any time), iopub (all output), stdin, heartbeat. The sockets answer before the
 * kernel is ready, so that a client sees it early. A message that is malformed or wrongly signed is
 * dropped.
 */
public final class KernelServer {
  private static final int POLL_MS = 100;

  private final Codec codec;
  private final ZContext zmq = new ZContext();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final Outbox iopub;
  private final StdinPort stdin;
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
    zmq.setLinger(1000);
    ZMQ.Socket heartbeat = bind(SocketType.REP, at.address(at.heartbeat()));
    shell = bind(SocketType.ROUTER, at.address(at.shell()));
    control = bind(SocketType.ROUTER, at.address(at.control()));
    stdin = new StdinPort(bind(SocketType.ROUTER, at.address(at.stdin())), codec);
    ZMQ.Socket publish = bind(SocketType.PUB, at.address(at.iopub()));
    publish.setSndHWM(0); // a burst of output is never dropped
    iopub = new Outbox(publish);
    start("heartbeat", () -> echo(heartbeat));
    publish("status", new JsonObject(), state("starting"));
    start("control", () -> serve(control));
    start("shell", () -> serve(shell));
  }

  private ZMQ.Socket bind(SocketType type, String address) {
    ZMQ.Socket socket = zmq.createSocket(type);
    socket.bind(address);
    return socket;
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void echo(ZMQ.Socket socket) {
    socket.setReceiveTimeOut(POLL_MS);
    while (running) {
      byte[] ping = socket.recv();
      if (ping != null) {
        socket.send(ping);
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

  private Message receive(ZMQ.Socket socket) {
    byte[] first = socket.recv();
    return first == null ? null : rest(socket, first);
  }

  /** The message that begins with this frame, or null for one to drop. */
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
    publish("status", request.header(), state("busy"));
    List<Message> behind = List.of();
    try {
      if (request.type().equals("execute_request")) {
        behind = execute(socket, request);
      } else if (request.type().equals("shutdown_request")) {
        shutdown(socket, request);
      } else if (request.type().endsWith("_request")) {
        reply(socket, request, answer(request));
      } else if (request.type().equals("comm_open")) {
        JsonObject close = new JsonObject();
        close.addProperty("comm_id", request.text("comm_id", ""));
        close.add("data", new JsonObject());
        publish("comm_close", request.header(), close); // no comm targets yet
      }
    } finally {
      publish("status", request.header(), state("idle"));
    }
    for (Message waiting : behind) {
      abort(socket, waiting);
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
          kernel.join().interrupt();
          yield Requests.ok();
        }
        default -> throw new IllegalArgumentException("unknown request " + request.type());
      };
    } catch (RuntimeException | Error e) {
      return Requests.error(
          new CellError(e.getClass().getName(), e.getMessage(), List.of(String.valueOf(e))));
    }
  }

  /** Runs a cell; returns the requests that already wait behind it when it failed. */
  private List<Message> execute(ZMQ.Socket socket, Message request) {
    JavaKernel java = kernel.join();
    String code = request.text("code", "");
    boolean silent = request.flag("silent", false);
    if (!silent) {
      JsonObject input = new JsonObject();
      input.addProperty("code", code);
      input.addProperty("execution_count", java.count() + 1);
      publish("execute_input", request.header(), input);
    }
    boolean asks = request.flag("allow_stdin", true);
    Sink sink =
        new ClientSink(
            (type, output) -> {
              if (!silent) {
                publish(type, request.header(), output);
              }
            },
            (prompt, password) -> asks ? stdin.ask(request, prompt, password) : null);
    CellResult result = java.execute(code, sink, silent);
    JsonObject content;
    if (result.ok()) {
      publishResult(request, result, silent);
      content = Requests.ok();
      content.add("user_expressions", expressions(java, request, sink));
      content.add("payload", new com.google.gson.JsonArray());
    } else {
      content = Requests.error(result.error());
      if (!silent) {
        JsonObject error = content.deepCopy();
        error.remove("status");
        publish("error", request.header(), error);
      }
    }
    content.addProperty("execution_count", result.count());
    // Before the client knows: what it sends after the error's reply is meant to run.
    boolean aborts = !result.ok() && request.flag("stop_on_error", true);
    List<Message> behind = aborts ? waiting(socket) : List.of();
    reply(socket, request, content);
    return behind;
  }

  private void publishResult(Message request, CellResult result, boolean silent) {
    if (result.value() != null && !silent) {
      JsonObject content = result.value().deepCopy();
      content.addProperty("execution_count", result.count());
      publish("execute_result", request.header(), content);
    }
  }

  private JsonObject expressions(JavaKernel java, Message request, Sink sink) {
    JsonObject out = new JsonObject();
    if (request.content().get("user_expressions") instanceof JsonObject asked) {
      for (String name : asked.keySet()) {
        CellResult result = java.execute(asked.get(name).getAsString(), sink, true);
        JsonObject answer =
            result.ok()
                ? (result.value() == null ? new JsonObject() : result.value().deepCopy())
                : Requests.error(result.error());
        if (result.ok()) {
          answer.addProperty("status", "ok");
        }
        out.add(name, answer);
      }
    }
    return out;
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

  /** After an error, cells that already wait are not run. */
  private void abort(ZMQ.Socket socket, Message request) {
    if (!request.type().equals("execute_request")) {
      handle(socket, request);
      return;
    }
    publish("status", request.header(), state("busy"));
    JsonObject aborted = new JsonObject();
    aborted.addProperty("status", "aborted");
    aborted.addProperty("execution_count", kernel.join().count());
    reply(socket, request, aborted);
    publish("status", request.header(), state("idle"));
  }

  private void shutdown(ZMQ.Socket socket, Message request) {
    JsonObject content = Requests.ok();
    content.addProperty("restart", request.flag("restart", false));
    reply(socket, request, content);
    if (kernel.isDone() && !kernel.isCompletedExceptionally()) {
      kernel.join().interrupt();
    }
    publish("shutdown_reply", request.header(), content);
    publish("status", request.header(), state("idle"));
    running = false;
    socket.close(); // lingers until the reply is out
    start("ending", this::end);
  }

  private void end() {
    try {
      iopub.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ended.complete(true);
  }

  private void reply(ZMQ.Socket socket, Message request, JsonObject content) {
    String type = request.type().replace("_request", "_reply");
    Outbox.send(
        socket, codec.encode(codec.message(request.identities(), type, request.header(), content)));
  }

  private void publish(String type, JsonObject parent, JsonObject content) {
    byte[] topic = ("kernel." + type).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    iopub.put(codec.encode(codec.message(List.of(topic), type, parent, content)));
  }

  private static JsonObject state(String state) {
    JsonObject content = new JsonObject();
    content.addProperty("execution_state", state);
    return content;
  }
}
