package resgen.kernel.output;

import com.google.gson.JsonObject;
import java.util.function.UnaryOperator;

/**
 * Passes text on in other words.
 *
 * @param sink where it goes
 * @param words what becomes of a piece of text
 */
public record Reworded(Sink sink, UnaryOperator<String> words) implements Sink {
  @Override
  public void stream(boolean error, String text) {
    sink.stream(error, words.apply(text));
  }

  @Override
  public void display(JsonObject bundle) {
    sink.display(bundle);
  }

  @Override
  public void update(JsonObject bundle) {
    sink.update(bundle);
  }

  @Override
  public void clear(boolean wait) {
    sink.clear(wait);
  }

  @Override
  public String readLine(String prompt, boolean password) {
    return sink.readLine(prompt, password);
  }
}
