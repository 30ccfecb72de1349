package resgen.kernel.eval;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Gives loaded classes new method bodies, through a Java agent that is this class itself.
 *
 * <p>The agent is loaded when it is first needed. With {@code -Djdk.attach.allowAttachSelf=true},
 * as the kernel spec has it, this JVM attaches to itself; otherwise a second, short-lived JVM does.
 */
public final class RedefineAgent {
  private static final long ATTACH_SECONDS = 20;
  private static volatile Instrumentation instrumentation;
  private static boolean tried;

  private RedefineAgent() {}

  /** Called by the JVM that loads the agent. */
  public static void agentmain(String arguments, Instrumentation given) {
    instrumentation = given;
  }

  /** The second JVM: {@code PID AGENT_JAR}. */
  public static void main(String[] args) throws Exception {
    attach(args[0], args[1]);
  }

  /** Gives classes new bodies, all or none; false where this JVM cannot. */
  static boolean redefine(List<ClassDefinition> definitions) {
    Instrumentation agent = agent();
    if (agent == null) {
      return false;
    }
    try {
      agent.redefineClasses(definitions.toArray(ClassDefinition[]::new));
      return true;
    } catch (UnmodifiableClassException
        | ClassNotFoundException
        | LinkageError
        | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Lets code of a module define classes in {@code java.lang}.
   *
   * @throws UnsupportedOperationException where this JVM takes no agents
   */
  static void openJavaLang(Module to) {
    Instrumentation agent = agent();
    if (agent == null) {
      throw new UnsupportedOperationException("this JVM takes no agents");
    }
    agent.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang", Set.of(to)),
        Set.of(),
        Map.of());
  }

  private static synchronized Instrumentation agent() {
    if (instrumentation == null && !tried) {
      tried = true;
      try {
        Path jar = jar();
        String pid = Long.toString(ProcessHandle.current().pid());
        if (Boolean.getBoolean("jdk.attach.allowAttachSelf")) {
          attach(pid, jar.toString());
        } else {
          attachFromOutside(pid, jar);
        }
        Files.deleteIfExists(jar);
      } catch (IOException | AttachNotSupportedException | ReflectiveOperationException e) {
        return null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return instrumentation;
  }

  /** A jar of a manifest only: the class itself is on the class path already. */
  private static Path jar() throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Agent-Class", RedefineAgent.class.getName());
    main.putValue("Can-Redefine-Classes", "true");
    Path jar = Files.createTempFile("notebook-agent", ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      return jar;
    }
  }

  private static void attach(String pid, String jar)
      throws IOException, AttachNotSupportedException, ReflectiveOperationException {
    VirtualMachine machine = VirtualMachine.attach(pid);
    try {
      machine.loadAgent(jar);
    } catch (com.sun.tools.attach.AgentLoadException
        | com.sun.tools.attach.AgentInitializationException e) {
      throw new ReflectiveOperationException(e);
    } finally {
      machine.detach();
    }
  }

  private static void attachFromOutside(String pid, Path jar)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RedefineAgent.class.getName(),
                pid,
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!process.waitFor(ATTACH_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
