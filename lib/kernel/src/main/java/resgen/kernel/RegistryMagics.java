package resgen.kernel;

import java.util.Collection;
import java.util.List;
import resgen.kernel.assist.Assist;
import resgen.kernel.eval.Session;
import resgen.kernel.magic.MagicHelp;
import resgen.kernel.magic.StandardMagics;

/** The magics of a kernel's registry, as its session calls them. */
record RegistryMagics(JavaKernel kernel) implements Session.Magics, Assist.Magics {
  @Override
  public boolean isLineMagic(String name) {
    return kernel.getMagicsRegistry().getLineMagicNames().contains(name);
  }

  @Override
  public boolean takesText(String name) {
    return StandardMagics.TAKE_CODE.contains(name);
  }

  @Override
  public Object line(String name, List<String> args) throws Exception {
    Object value = kernel.getMagicsRegistry().evalLineMagic(kernel, name, args);
    return StandardMagics.QUIET.contains(name) ? null : value;
  }

  @Override
  public Object cell(String name, List<String> args, String body) throws Exception {
    return kernel.getMagicsRegistry().evalCellMagic(kernel, name, args, body);
  }

  @Override
  public Collection<String> line() {
    return kernel.getMagicsRegistry().getLineMagicNames();
  }

  @Override
  public Collection<String> cell() {
    return kernel.getMagicsRegistry().getCellMagicNames();
  }

  @Override
  public String help(String name) {
    return MagicHelp.of(name);
  }
}
