package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import resgen.kernel.output.Sink;

/**
 * A cell's output as Jupyter's messages.
 *
 * @param publish takes a message's type and content
 * @param ask takes a prompt and whether it is for a password, and gives the line typed or null
 */
record ClientSink(BiConsumer<String, JsonObject> publish, BiFunction<String, Boolean, String> ask)
    implements Sink {

  @Override
  public void stream(boolean error, String text) {
    JsonObject content = new JsonObject();
    content.addProperty("name", error ? "stderr" : "stdout");
    content.addProperty("text", text);
    publish.accept("stream", content);
  }

  @Override
  public void display(JsonObject bundle) {
    publish.accept("display_data", bundle);
  }

  @Override
  public void update(JsonObject bundle) {
    publish.accept("update_display_data", bundle);
  }

  @Override
  public void clear(boolean wait) {
    JsonObject content = new JsonObject();
    content.addProperty("wait", wait);
    publish.accept("clear_output", content);
  }

  @Override
  public String readLine(String prompt, boolean password) {
    return ask.apply(prompt, password);
  }
}
