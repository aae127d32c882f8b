/** For kvm1, kvm2 and kvm3, signed by itself; its key was thrown away. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUagAwIBAgIUO2lGBfyNo7aQEF7qfjtp5y68UN0wCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLdmFjYXRlIHRlc3QwIBcNMjYxMTMwMTczNjAyWhgPMjEyNjEx
MDYxNzM2MDJaMBYxFDASBgNVBAMMC3ZhY2F0ZSB0ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEqucunteCnJwjGf8JmxoSjj1gOr8iNPXfyquMkRVT06Pk7dH6
mazlRMc71zAfZaV3y94JjOWFAAutmXUQOy4ExaNwMG4wHQYDVR0OBBYEFKAOb61F
QTD8m8SfVNDFKMba0LsvMB8GA1UdIwQYMBaAFKAOb61FQTD8m8SfVNDFKMba0Lsv
MA8GA1UdEwEB/wQFMAMBAf8wGwYDVR0RBBQwEoIEa3ZtMYIEa3ZtMoIEa3ZtMzAK
BggqhkjOPQQDAgNJADBGAiEAgIWu1DIeDZtSSBM0pRAeSPlN+gU4fZzB3je7EPsF
U3gCIQCyZCdfEQ9Nj02u419knBpR6HIvG0L28H7/gWBw3J25Jg==
-----END CERTIFICATE-----
`;

/** What a host with every file for encrypted moves says of them. */
export const wholeTlsFolder = [
	'folder /etc/pki/qemu\nclock 1800000000000\n',
	...['ca-cert.pem', 'server-cert.pem', 'client-cert.pem'].map(file => `file ${file}\n${certificate}`),
].join('');
