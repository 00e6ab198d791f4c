import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/** The REST catalog of Iceberg's own tests, over tables in memory whose metadata files are in HDFS. */
class IcebergRest {
  public static void main(String[] args) throws Exception {
    var catalog = new InMemoryCatalog();
    catalog.initialize("stack", Map.of(
        CatalogProperties.WAREHOUSE_LOCATION, args[2], CatalogProperties.FILE_IO_IMPL, HadoopFileIO.class.getName()));
    var context = new ServletContextHandler(ServletContextHandler.NO_SESSIONS);
    context.addServlet(new ServletHolder(new RESTCatalogServlet(new RESTCatalogAdapter(catalog))), "/*");
    var server = new Server(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
    server.setHandler(context);
    server.start();
    server.join();
  }
}
