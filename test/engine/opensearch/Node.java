import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One OpenSearch node on loopback, until its input ends: java -cp 'lib/*' Node.java HTTP_PORT DATA_FOLDER */
public class Node {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    OpenSearchRunner runner = new OpenSearchRunner();
    // The runner gives its first node the port after the base, and refuses ports above its own maximum.
    runner.setMaxHttpPort(65535);
    runner.onBuild((number, settings) -> {
      settings.put("network.host", "127.0.0.1");
      settings.put("transport.port", "0");
      settings.put("discovery.type", "single-node");
      settings.putList("node.roles", "cluster_manager", "data", "ingest");
    });
    runner.build(
        OpenSearchRunner.newConfigs()
            .basePath(arguments[1])
            .numOfNode(1)
            .baseHttpPort(port - 1)
            .useLogger());
    runner.ensureYellow();
    System.out.println("ready");
    // The test that started this holds the other end: when it is gone, however that came, so is the node.
    while (System.in.read() != -1) continue;
    runner.close();
    System.exit(0);
  }
}
