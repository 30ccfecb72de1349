package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import org.zeromq.ZMQ;

/**
 * Asks the client for a line of input, on a thread of its own; the asking cell may be interrupted.
 */
final class StdinPort {
  private record Question(Message message, CompletableFuture<String> answer) {}

  private final Codec codec;
  private final SynchronousQueue<Question> questions = new SynchronousQueue<>();

  StdinPort(ZMQ.Socket socket, Codec codec) {
    this.codec = codec;
    socket.setReceiveTimeOut(100);
    Thread thread = new Thread(() -> run(socket), "stdin");
    thread.setDaemon(true);
    thread.start();
  }

  String ask(Message request, String prompt, boolean password) {
    JsonObject content = new JsonObject();
    content.addProperty("prompt", prompt);
    content.addProperty("password", password);
    Message message =
        codec.message(request.identities(), "input_request", request.header(), content);
    Question question = new Question(message, new CompletableFuture<>());
    try {
      questions.put(question);
      return question.answer.get();
    } catch (InterruptedException e) {
      question.answer.cancel(false);
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      return null;
    }
  }

  private void run(ZMQ.Socket socket) {
    while (true) {
      try {
        Question question = questions.take();
        while (socket.recv(ZMQ.DONTWAIT) != null) {
          // Answers to questions that nobody waits for any more.
        }
        Outbox.send(socket, codec.encode(question.message));
        await(socket, question.answer);
      } catch (InterruptedException e) {
        // Nobody has a reason to; go on.
      }
    }
  }

  private void await(ZMQ.Socket socket, CompletableFuture<String> answer) {
    while (!answer.isDone()) {
      byte[] first = socket.recv();
      if (first == null) {
        continue;
      }
      List<byte[]> frames = new ArrayList<>(List.of(first));
      while (socket.hasReceiveMore()) {
        frames.add(socket.recv());
      }
      try {
        Message reply = codec.decode(frames);
        if (reply.type().equals("input_reply")) {
          answer.complete(reply.text("value", ""));
        }
      } catch (Codec.BadMessage e) {
        // dropped
      }
    }
  }
}
