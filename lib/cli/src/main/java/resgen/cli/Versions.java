package resgen.cli;

import picocli.CommandLine.IVersionProvider;
import resgen.settings.SourceCommit;

/** This program's version, and the commit that it was started in. */
final class Versions implements IVersionProvider {

  Versions() {}

  @Override
  public String[] getVersion() {
    return new String[] {"resgen " + line()};
  }

  /** Version and commit in one line. */
  static String line() {
    String version = Main.class.getPackage().getImplementationVersion();
    return (version == null ? "(unpackaged)" : version) + ", commit " + SourceCommit.current();
  }
}
