package resgen.spark;

import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.lang.invoke.SerializedLambda;

/**
 * Looks through what is to be sent for classes that were defined in a notebook. Other machines do
 * not have them; sent along they would be loaded there as new classes whose variables are zero, and
 * give wrong answers without an error.
 */
final class Closures extends ObjectOutputStream {

  private static final String NOTEBOOK = "REPL."; // the package that JShell compiles cells into

  private Closures() throws IOException {
    super(OutputStream.nullOutputStream());
    enableReplaceObject(true);
  }

  /**
   * Checks something that is to be sent.
   *
   * @param what it is, in a word
   * @throws IllegalArgumentException if a class of a notebook is in it, or it cannot be serialized
   */
  static void check(String what, Object sent) {
    refuse(what, sent.getClass().getName());
    try (Closures looking = new Closures()) {
      looking.writeObject(sent);
    } catch (FromNotebook e) {
      refuse(what, e.getMessage());
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          "%s holds a %s, which cannot be sent: it is not Serializable"
              .formatted(what, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(what + " cannot be sent: " + e.getMessage(), e);
    }
  }

  private static void refuse(String what, String type) {
    if (type.startsWith(NOTEBOOK)) {
      throw new IllegalArgumentException(
          ("%s is of a class that this notebook defined (%s): the executors do not have it. Give"
                  + " data to a function that is in a jar, such as those of the library")
              .formatted(what, type));
    }
  }

  private static final class FromNotebook extends IOException {
    private static final long serialVersionUID = 1L;

    FromNotebook(String type) {
      super(type);
    }
  }

  @Override
  protected void annotateClass(Class<?> type) throws IOException {
    see(type.getName());
  }

  @Override
  protected Object replaceObject(Object object) throws IOException {
    if (object instanceof SerializedLambda lambda) {
      see(lambda.getCapturingClass().replace('/', '.'));
      see(lambda.getImplClass().replace('/', '.'));
    }
    return object;
  }

  private static void see(String type) throws IOException {
    if (type.startsWith(NOTEBOOK)) {
      throw new FromNotebook(type);
    }
  }
}
