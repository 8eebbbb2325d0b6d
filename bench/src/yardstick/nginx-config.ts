/** What nginx is told; every file an absolute path. */
export type NginxSettings = {
  readonly workDir: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
  readonly crlFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  readonly providerAddress: string;
  readonly ports: { readonly alone: number; readonly http: number; readonly express: number };
  readonly authzPorts: { readonly http: number; readonly express: number };
};

// The platform's own list, best first.
const ciphers = [
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
].join(':');

/**
 * nginx as someone would set it up for this job: mutual TLS on both legs, revocation, three limits, a subrequest that
 * asks an authz service, an access log, and connections kept alive on every leg. Three doors share its workers.
 */
export function nginxConfig(settings: NginxSettings): string {
  const { ports, authzPorts } = settings;
  return `daemon off;
worker_processes auto;
worker_rlimit_nofile 4096;
pid ${settings.workDir}/nginx.pid;
error_log ${settings.workDir}/error.log warn;
events { worker_connections 1024; }
http {
  client_body_temp_path ${settings.workDir}/body;
  proxy_temp_path ${settings.workDir}/proxy;
  fastcgi_temp_path ${settings.workDir}/fastcgi;
  uwsgi_temp_path ${settings.workDir}/uwsgi;
  scgi_temp_path ${settings.workDir}/scgi;
  log_format exchange escape=json '{"time":"$time_iso8601","traceId":"$http_ssp_traceid","from":"$http_ssp_from",'
    '"to":"$http_ssp_to","interaction":"$http_ssp_interactionid","method":"$request_method","url":"$request_uri",'
    '"status":$status,"bytes":$body_bytes_sent,"certificate":"$ssl_client_serial","cipher":"$ssl_cipher",'
    '"seconds":$request_time,"providerSeconds":"$upstream_response_time"}';
  access_log ${settings.workDir}/access.log exchange;
  server_tokens off;
  merge_slashes off;
  keepalive_timeout 65;
  keepalive_requests 100000000;
  client_header_buffer_size 4k;
  limit_req_zone $http_ssp_from zone=consumer:10m rate=100000r/s;
  limit_req_zone $http_ssp_to zone=provider:10m rate=100000r/s;
  limit_req_zone $server_name zone=global:1m rate=100000r/s;
  limit_req zone=consumer burst=100000 nodelay;
  limit_req zone=provider burst=100000 nodelay;
  limit_req zone=global burst=100000 nodelay;
  ssl_protocols TLSv1.2;
  ssl_ciphers ${ciphers};
  ssl_prefer_server_ciphers on;
  ssl_session_cache shared:TLS:10m;
  ssl_certificate ${settings.certFile};
  ssl_certificate_key ${settings.keyFile};
  ssl_client_certificate ${settings.caFile};
  ssl_crl ${settings.crlFile};
  ssl_verify_client on;
  ssl_verify_depth 3;
  map $request_uri $target_host { "~^/https://(?<host_found>[^/:?]+)" $host_found; }
  map $request_uri $target_path { "~^/https://[^/]+(?<path_found>/.*)$" $path_found; }
  upstream provider { server ${settings.providerAddress}; keepalive 64; keepalive_requests 100000000; }
  upstream authz_http { server 127.0.0.1:${authzPorts.http}; keepalive 64; keepalive_requests 100000000; }
  upstream authz_express { server 127.0.0.1:${authzPorts.express}; keepalive 64; keepalive_requests 100000000; }
  proxy_http_version 1.1;
  proxy_ssl_protocols TLSv1.2;
  proxy_ssl_ciphers ${ciphers};
  proxy_ssl_certificate ${settings.clientCertFile};
  proxy_ssl_certificate_key ${settings.clientKeyFile};
  proxy_ssl_trusted_certificate ${settings.caFile};
  proxy_ssl_verify on;
  proxy_ssl_verify_depth 3;
  proxy_ssl_server_name on;
  proxy_ssl_name $target_host;
${door(ports.alone, '')}
${door(ports.http, 'authz_http')}
${door(ports.express, 'authz_express')}
}
`;
}

function door(port: number, authz: string): string {
  const ask = authz === '' ? '' : '      auth_request /authz;\n';
  const authzLocation = `    location = /authz {
      internal;
      proxy_pass http://${authz};
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header Connection "";
      proxy_set_header X-Original-Uri $request_uri;
      proxy_set_header X-Client-Dn $ssl_client_s_dn;
    }
`;
  return `  server {
    listen 127.0.0.1:${port} ssl;
    server_name bench;
    location / {
${ask}      proxy_pass https://provider$target_path;
      proxy_set_header Host $target_host;
      proxy_set_header Connection "";
      proxy_set_header Via "1.1 nginx";
      proxy_set_header Forwarded "for=$remote_addr;proto=https";
    }
${authz === '' ? '' : authzLocation}  }`;
}
