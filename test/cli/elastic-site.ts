/** A site whose sink `elastic` delivers to a fake cluster of its own. */
import { KEYS, never, openOn, optionsFor } from "../sink/elasticsearch/open.ts";
import {
  type FakeElasticsearch,
  READER,
  SETUP,
  startFakeElasticsearch,
  WRITER,
} from "../wire/fake-elasticsearch.ts";
import { Site } from "./site.ts";

export class ElasticSite extends Site {
  readonly fake: FakeElasticsearch;

  private constructor(fake: FakeElasticsearch) {
    super();
    this.fake = fake;
    fake.grant(`ApiKey ${KEYS.ES_WRITER}`, WRITER);
    fake.grant(`ApiKey ${KEYS.ES_READER}`, READER);
    fake.grant(`ApiKey ${KEYS.ES_SETUP}`, SETUP);
    Object.assign(this.environment, KEYS);
  }

  /** A cluster on which nothing was set up yet. */
  static async empty(): Promise<ElasticSite> {
    return new ElasticSite(await startFakeElasticsearch());
  }

  /** A cluster with the templates and streams of `setup`. */
  static async open(): Promise<ElasticSite> {
    const site = await ElasticSite.empty();
    const sink = await openOn(optionsFor(site.fake.url), new Map(Object.entries(KEYS)));
    await sink.setUp?.(never());
    await sink.close();
    return site;
  }

  /** Configures the sink with these settings beside its address and key, and more sinks below it. */
  configureElastic(settings = "", sinks = ""): void {
    this.configure(
      `  - {name: elastic, kind: elasticsearch, nodes: ["${this.fake.url}"], allow_plain_http: true, api_key: {env: ES_WRITER}${settings}}\n${sinks}`,
    );
  }

  override async close(): Promise<void> {
    await super.close();
    await this.fake.close();
  }
}
