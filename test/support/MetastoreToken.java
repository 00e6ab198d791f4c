import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.security.UserGroupInformation;

/** Prints a delegation token of a metastore for who asks: by Hive's own client, which carries each quality of protection. */
public class MetastoreToken {
  public static void main(String[] args) throws Exception {
    HiveConf conf = new HiveConf();
    conf.set("hive.metastore.uris", args[0]);
    conf.set("metastore.thrift.uris", args[0]);
    UserGroupInformation.setConfiguration(conf);
    UserGroupInformation.loginUserFromKeytab(args[1], args[2]);
    try (HiveMetaStoreClient client = new HiveMetaStoreClient(conf)) {
      System.out.println(client.getDelegationToken(args[1], args[1]));
    }
  }
}
