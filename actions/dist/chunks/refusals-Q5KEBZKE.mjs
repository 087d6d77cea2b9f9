import{credentialsRefused,refusalError}from"./chunk-WP2DHGCZ.mjs";import"./chunk-FTIEBNYS.mjs";import"./chunk-3XL5LWQC.mjs";export{credentialsRefused,refusalError};
